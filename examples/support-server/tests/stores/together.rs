//! Many servers on one database.

use support_server_trial::process::Server;

use crate::databases::{Database, as_agent, on_each_database, server_on};

fn r_11_eight_servers_may_start_at_once_on_an_empty_database(database: &Database) {
    let starting: Vec<_> = (0..8)
        .map(|_| Server::spawn(server_on(&database.url).args(["--agent", "a1=Ann Lee"])).unwrap())
        .collect();
    let servers: Vec<_> = starting.into_iter().map(|server| server.ready().unwrap()).collect();
    for server in &servers {
        assert_eq!(server.client().get("/readyz").unwrap().status, 200);
        let agents = as_agent(server).get("/api/v1/support/agents").unwrap().json();
        assert_eq!(agents["items"].as_array().map(Vec::len), Some(1), "{agents}");
    }
}

on_each_database! { r_11_eight_servers_may_start_at_once_on_an_empty_database }
