CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    is_staff INTEGER NOT NULL DEFAULT 0 CHECK (is_staff IN (0, 1))
) STRICT;

CREATE TABLE login_sessions (
    token_hash BLOB PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    item TEXT NOT NULL,
    cents INTEGER NOT NULL CHECK (cents > 0),
    status TEXT NOT NULL CHECK (status IN ('paid', 'payment_failed')),
    ticket_number TEXT
) STRICT;
