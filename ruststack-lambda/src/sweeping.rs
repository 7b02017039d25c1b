//! What no function uses any more is removed: archives, and what executors made of them and of merged layers.

use std::collections::HashSet;

use ruststack_core::context::Context;

use crate::{Lambda, code::merged_digest, function::Function, rows};

impl Lambda {
    /// Ends the environments of a function that is gone, and forgets what it alone has used.
    pub(crate) fn sweep_function(&self, ctx: &Context, old: &Function) {
        let forgotten = self.sweep(ctx, old);
        self.fleet.retire(&old.arn, forgotten);
    }

    /// The same of one version of it that is gone or has changed.
    pub(crate) fn sweep_version(&self, ctx: &Context, old: &Function, number: &str) {
        let forgotten = self.sweep(ctx, old);
        self.fleet.retire_version(&old.arn, number, forgotten);
    }

    fn sweep(&self, ctx: &Context, old: &Function) -> Vec<String> {
        let archives: Vec<String> = old.archives().map(str::to_owned).collect();
        let mut forgotten = self.sweep_archives(ctx, &archives);
        forgotten.extend(self.sweep_layers(old));
        forgotten
    }

    /// Removes the archives that nothing uses any more, and says which they are.
    pub(crate) fn sweep_archives(&self, ctx: &Context, digests: &[String]) -> Vec<String> {
        let Ok(_section) = ctx.changes().begin() else { return Vec::new() };
        let used = || self.homes().iter().flat_map(|(_, home)| home.lock().archives()).collect();
        self.archives.sweep(digests, used, |digest| {
            ctx.changes().record(|rows| rows::remove_archive(rows, digest));
        })
    }

    /// Removes the folders of merged layers that no function uses any more, and says of which digests they were.
    fn sweep_layers(&self, old: &Function) -> Vec<String> {
        let candidates = self.merged_layers(old);
        if candidates.is_empty() {
            return Vec::new();
        }
        let functions: Vec<_> = self
            .homes()
            .iter()
            .flat_map(|(_, home)| home.lock().functions.values().cloned().collect::<Vec<_>>())
            .collect();
        let used: HashSet<String> = functions.iter().flat_map(|function| self.merged_layers(function)).collect();
        let unused: Vec<String> = candidates.difference(&used).cloned().collect();
        unused.iter().for_each(|digest| self.archives.remove_merged(digest));
        unused
    }

    /// The digests of the merged layers of all versions of a function.
    fn merged_layers(&self, function: &Function) -> HashSet<String> {
        let digests = function.versions().map(|version| self.layer_digests(version));
        digests.filter(|digests| !digests.is_empty()).map(|digests| merged_digest(&digests)).collect()
    }
}
