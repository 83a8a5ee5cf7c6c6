//! Events. Writers take turns, so that positions can be given as events are appended.

use async_trait::async_trait;

use super::transaction::MemoryTransaction;
use crate::{
    event::{Event, NewEvent, Position},
    store::{EventRepository, Limit, StoreError},
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl EventRepository for MemoryTransaction {
    async fn append(&mut self, event: &NewEvent) -> Result<()> {
        let NewEvent { kind, subject, at } = *event;
        let rows = self.rows_mut()?;
        let position = Position(rows.last_position.0 + 1);
        rows.events.push(Event { position, kind, subject, at });
        rows.last_position = position;
        Ok(())
    }

    async fn assign_positions(&mut self) -> Result<()> {
        Ok(())
    }

    async fn list_after(&mut self, after: Position, limit: Limit) -> Result<Vec<Event>> {
        let events = &self.rows().events;
        let first = events.partition_point(|event| event.position <= after);
        Ok(events[first..].iter().take(limit.get() as usize).cloned().collect())
    }

    async fn last_position(&mut self) -> Result<Position> {
        Ok(self.rows().last_position)
    }

    async fn first_position(&mut self) -> Result<Option<Position>> {
        Ok(self.rows().events.first().map(|event| event.position))
    }

    async fn sink_position(&mut self, sink: &str) -> Result<Position> {
        Ok(self.rows().sinks.get(sink).copied().unwrap_or_default())
    }

    async fn move_sink(&mut self, sink: &str, to: Position) -> Result<()> {
        self.rows_mut()?.sinks.insert(sink.to_owned(), to);
        Ok(())
    }
}
