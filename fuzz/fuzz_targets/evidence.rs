//! Any bytes as any format: rows are observations or rejected, never lost, never a panic.
#![no_main]

use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::formats::Format;
use evidence::intake::{Options, Sink, SinkError, read};
use evidence::reject::Rejected;

#[derive(Default)]
struct Counting {
    observations: u64,
    coverage: u64,
    rejected: u64,
}

impl Sink for Counting {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        assert!(batch.is_sound());
        self.observations += batch.len() as u64;
        Ok(())
    }

    fn coverage(&mut self, _: Coverage) -> Result<(), SinkError> {
        self.coverage += 1;
        Ok(())
    }

    fn rejected(&mut self, _: Rejected) {
        self.rejected += 1;
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let (format, ..) = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let mut sink = Counting::default();
    // Every format of the list, those with a day of their own too.
    let options = Options { day: Some((2022, 7, 15)), ..Options::default() };
    if let Ok(summary) = read(format, &options, "fuzz", Box::new(rest), &mut sink) {
        assert_eq!(summary.rows, summary.observations + summary.coverage + summary.rejected());
        let counted = (sink.observations, sink.coverage, sink.rejected);
        assert_eq!((summary.observations, summary.coverage, summary.rejected()), counted);
    }
    // What a collector cuts a stream with never goes past the buffer.
    assert!(evidence::formats::cot::event_end(rest).is_none_or(|end| (1..=rest.len()).contains(&end)));
});
