//! Which zones a position has been found near.

/// Zones marked for one position, each once.
pub(crate) struct Marks {
    stamps: Vec<u32>,
    stamp: u32,
    pub(crate) zones: Vec<u32>,
    /// Blocks still to be looked at: column and row. Kept for its room.
    pub(crate) rim: Vec<(usize, usize)>,
}

impl Marks {
    pub(crate) fn new(zones: usize) -> Marks {
        Marks { stamps: vec![0; zones], stamp: 1, zones: Vec::new(), rim: Vec::new() }
    }

    #[inline]
    pub(crate) fn has(&self, zone: u32) -> bool {
        self.stamps.get(zone as usize).is_some_and(|s| *s == self.stamp)
    }

    pub(crate) fn start(&mut self) {
        self.zones.clear();
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.stamps.fill(0);
            self.stamp = 1;
        }
    }

    pub(crate) fn mark(&mut self, zone: u32) {
        if let Some(stamp) = self.stamps.get_mut(zone as usize)
            && *stamp != self.stamp
        {
            *stamp = self.stamp;
            self.zones.push(zone);
        }
    }
}
