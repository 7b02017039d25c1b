//! Makes sure that the engine has an image.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bollard::{
    Docker,
    errors::Error,
    models::{CreateImageInfo, ImageInspect},
    query_parameters::CreateImageOptionsBuilder,
};
use futures_util::StreamExt;
use parking_lot::Mutex;

use super::engine::{Engine, cause, is_missing};
use crate::executor::{ExecutorError, ExecutorErrorKind};

/// How often the log tells how far a pull is.
const REPORT_INTERVAL: Duration = Duration::from_secs(5);

/// Pulls of images: one at a time of each.
#[derive(Default)]
pub(super) struct Images(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Images {
    /// The image, pulled if the engine does not have it.
    pub(super) async fn ensure(
        &self,
        docker: &Docker,
        engine: &Engine,
        image: &str,
        platform: Option<&str>,
    ) -> Result<ImageInspect, ExecutorError> {
        let turn = Arc::clone(self.0.lock().entry(image.to_owned()).or_default());
        let _turn = turn.lock().await;
        match docker.inspect_image(image).await {
            Ok(found) => return Ok(found),
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(engine.explain(&error)),
        }
        pull(docker, image, platform).await.map_err(|error| missing(image, &error))?;
        docker.inspect_image(image).await.map_err(|error| missing(image, &error))
    }
}

async fn pull(docker: &Docker, image: &str, platform: Option<&str>) -> Result<(), Error> {
    tracing::info!(image, "pulling an image");
    let options = CreateImageOptionsBuilder::new().from_image(&with_tag(image)).platform(platform.unwrap_or_default());
    let mut steps = std::pin::pin!(docker.create_image(Some(options.build()), None, None));
    let (mut progress, mut reported) = (Progress::default(), Instant::now());
    while let Some(step) = steps.next().await {
        let step = step?;
        if let Some(message) = step.error_detail.as_ref().and_then(|detail| detail.message.clone()) {
            return Err(Error::DockerStreamError { error: message });
        }
        progress.take(&step);
        if reported.elapsed() >= REPORT_INTERVAL {
            reported = Instant::now();
            let (current, total) = progress.megabytes();
            tracing::info!(image, pulled_mb = current, of_mb = total, "pulling an image");
        }
    }
    tracing::info!(image, "an image was pulled");
    Ok(())
}

/// Without a tag an engine pulls all that there are.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    if name.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

/// How far the layers of an image are, by their ids: bytes that are here, and all.
#[derive(Default)]
struct Progress(HashMap<String, (i64, i64)>);

impl Progress {
    fn take(&mut self, step: &CreateImageInfo) {
        let detail = step.progress_detail.as_ref().and_then(|detail| Some((detail.current?, detail.total?)));
        if let (Some(id), Some(detail), Some("Downloading")) = (&step.id, detail, step.status.as_deref()) {
            self.0.insert(id.clone(), detail);
        } else if let (Some(layer), Some("Download complete" | "Pull complete")) =
            (step.id.as_ref().and_then(|id| self.0.get_mut(id)), step.status.as_deref())
        {
            layer.0 = layer.1;
        }
    }

    fn megabytes(&self) -> (i64, i64) {
        let (current, total) = self.0.values().fold((0, 0), |sum, layer| (sum.0 + layer.0, sum.1 + layer.1));
        (current / 1_000_000, total / 1_000_000)
    }
}

fn missing(image: &str, error: &Error) -> ExecutorError {
    let cause = match error {
        Error::DockerResponseServerError { message, .. } => message.trim().to_owned(),
        Error::DockerStreamError { error } => error.clone(),
        error => cause(error),
    };
    let text = format!(
        "The image {image} is not on this machine and cannot be pulled: {cause}. Try `docker pull {image}`, log in to \
         its registry, or name another image by LAMBDA_RUNTIME_IMAGE_MAPPING."
    );
    ExecutorError::new(ExecutorErrorKind::InvalidImage, text)
}

#[cfg(test)]
mod tests {
    use bollard::models::ProgressDetail;

    use super::*;

    #[test]
    fn one_tag_is_pulled() {
        for (image, pulled) in [
            ("mine", "mine:latest"),
            ("localhost:5000/mine", "localhost:5000/mine:latest"),
            ("localhost:5000/mine:2", "localhost:5000/mine:2"),
            ("mine@sha256:ab", "mine@sha256:ab"),
        ] {
            assert_eq!(with_tag(image), pulled);
        }
    }

    #[test]
    fn progress_is_the_sum_of_the_layers() {
        let mut progress = Progress::default();
        let step = |id: &str, status: &str, detail: Option<(i64, i64)>| CreateImageInfo {
            id: Some(id.to_owned()),
            status: Some(status.to_owned()),
            progress_detail: detail
                .map(|(current, total)| ProgressDetail { current: Some(current), total: Some(total) }),
            error_detail: None,
        };
        progress.take(&step("a", "Downloading", Some((1_000_000, 4_000_000))));
        progress.take(&step("b", "Downloading", Some((2_000_000, 3_000_000))));
        assert_eq!(progress.megabytes(), (3, 7));
        progress.take(&step("b", "Extracting", Some((1, 3_000_000))));
        progress.take(&step("a", "Download complete", None));
        assert_eq!(progress.megabytes(), (6, 7));
    }
}
