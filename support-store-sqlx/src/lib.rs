//! The support desk's store on SQL databases.
