# A static binary in an empty image.
FROM rust:1-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends musl-tools && rm -rf /var/lib/apt/lists/*
RUN rustup target add "$(uname -m)-unknown-linux-musl"
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package ruststack --target "$(uname -m)-unknown-linux-musl" \
    && mkdir -p /image/tmp /image/var/lib/localstack \
    && cp "target/$(uname -m)-unknown-linux-musl/release/ruststack" /image/ruststack

FROM scratch
COPY --from=build --chown=65532:65532 /image/ /
USER 65532:65532
ENV GATEWAY_LISTEN=0.0.0.0:4566
EXPOSE 4566
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s CMD ["/ruststack", "health"]
ENTRYPOINT ["/ruststack"]
