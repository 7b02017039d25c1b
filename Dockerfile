# RustStack in an empty image. `cargo xtask image` puts what it holds into target/image: the binary and the libraries
# that it is linked with. Nothing is fetched.
FROM scratch
COPY --chown=65532:65532 target/image/ /
USER 65532:65532
ENV GATEWAY_LISTEN=0.0.0.0:4566
EXPOSE 4566
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s CMD ["/ruststack", "health"]
ENTRYPOINT ["/ruststack"]
