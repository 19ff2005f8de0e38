//! A server's memory and open files, and whether they stay the same.

use std::{
    fs, io, thread,
    time::{Duration, Instant},
};

/// Resident memory may grow by so much from the second fifth to the last: twice the step of some 1.5 MiB that a heap
/// takes, up or down, with large headers that come in at the same time. Over a full run it is a few bytes a request.
const ALLOWED_KIB: f64 = 3072.0;
/// As many connections are open in the last fifth as in the second, give or take what chance makes of it.
const ALLOWED_DESCRIPTORS: usize = 4;

/// The resources of a process, from before the load, with one connection open, until after it, with none.
///
/// The time under load is divided into fifths. In the first, pools and the allocator's heaps fill. From the second to the
/// last, nothing may grow any more: neither from median to median nor along the line that fits the samples best.
#[derive(Debug)]
pub(crate) struct Resources {
    pid: u32,
    pub(crate) before: Sample,
    under_load: Vec<Sample>,
    pub(crate) after: Sample,
}

/// A look at a process, as Linux shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) resident_kib: u64,
    pub(crate) descriptors: usize,
}

impl Resources {
    pub(crate) fn with_one_connection(pid: u32) -> Self {
        let before = Sample::of(pid).unwrap_or_else(|error| panic!("process {pid} has ended: {error}"));
        Self { pid, before, under_load: Vec::new(), after: before }
    }

    /// Takes a sample at regular intervals. A process that has ended gives none; its clients notice that.
    pub(crate) fn look(&mut self) {
        self.under_load.extend(Sample::of(self.pid));
    }

    /// Waits until no connection is open any more, or for so long.
    pub(crate) fn settle(&mut self, at_most: Duration) {
        let deadline = Instant::now() + at_most;
        while let Ok(after) = Sample::of(self.pid) {
            self.after = after;
            if after.descriptors < self.before.descriptors || Instant::now() >= deadline {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The median of resident memory in a fifth of the load, the first of which is 0.
    pub(crate) fn resident_kib(&self, fifth: usize) -> u64 {
        median(self.fifth(fifth).iter().map(|sample| sample.resident_kib))
    }

    pub(crate) fn most_resident_kib(&self) -> u64 {
        self.under_load.iter().map(|sample| sample.resident_kib).max().unwrap_or_default()
    }

    /// The median of open descriptors in a fifth of the load, the first of which is 0.
    pub(crate) fn descriptors(&self, fifth: usize) -> usize {
        median(self.fifth(fifth).iter().map(|sample| sample.descriptors))
    }

    /// What resident memory grows by from the beginning of the second fifth to the end of the last, along the line of least
    /// squares.
    pub(crate) fn trend_kib(&self) -> f64 {
        let after_the_first = &self.under_load[self.under_load.len() / 5..];
        let count = after_the_first.len() as f64;
        let points = || after_the_first.iter().enumerate().map(|(at, sample)| (at as f64, sample.resident_kib as f64));
        let mean_at = (count - 1.0) / 2.0;
        let mean_kib = points().map(|(_, kib)| kib).sum::<f64>() / count;
        let covariance: f64 = points().map(|(at, kib)| (at - mean_at) * (kib - mean_kib)).sum();
        let variance: f64 = points().map(|(at, _)| (at - mean_at).powi(2)).sum();
        covariance / variance * (count - 1.0)
    }

    /// What does not stay the same.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let [second, last] = [1, 4].map(|fifth| self.resident_kib(fifth) as f64);
        let trend = self.trend_kib();
        if last - second > ALLOWED_KIB || trend > ALLOWED_KIB {
            complaints.push(format!(
                "resident memory grows: {second} KiB in the second fifth, {last} KiB in the last, {trend:+.0} KiB along \
                 the line; {ALLOWED_KIB} KiB are allowed"
            ));
        }
        let [second, last] = [1, 4].map(|fifth| self.descriptors(fifth));
        if last > second + ALLOWED_DESCRIPTORS {
            complaints.push(format!("descriptors grow: {second} in the second fifth, {last} in the last"));
        }
        let [before, after] = [self.before, self.after].map(|sample| sample.descriptors);
        if after >= before {
            complaints.push(format!("descriptors stay open: {before} with one connection, {after} with none"));
        }
        complaints
    }

    fn fifth(&self, fifth: usize) -> &[Sample] {
        let count = self.under_load.len();
        &self.under_load[count * fifth / 5..count * (fifth + 1) / 5]
    }
}

impl Sample {
    fn of(pid: u32) -> io::Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.strip_suffix("kB"));
        let resident_kib = resident.and_then(|kib| kib.trim().parse().ok()).ok_or(io::ErrorKind::NotFound)?;
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))?.count();
        Ok(Self { resident_kib, descriptors })
    }
}

fn median<T: Ord + Default>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    let middle = values.len() / 2;
    values.into_iter().nth(middle).unwrap_or_default()
}
