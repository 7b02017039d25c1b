//! `GenerateMac`, `VerifyMac`: codes that only who has the key can make.

use ruststack_core::{operation::Call, wire::Blob};

use crate::{
    Kms,
    api::{GenerateMac, GenerateMacInput, GenerateMacOutput, VerifyMac, VerifyMacInput, VerifyMacOutput},
    error::KmsError,
    found::Found,
    key::Key,
    material::MacAlgorithm,
    requested::check_dry_run,
    spec::Usage,
};

pub(super) async fn generate_mac(call: Call<Kms>, input: GenerateMacInput) -> Result<GenerateMacOutput, KmsError> {
    let found = Found::of::<GenerateMac>(&call, &input.key_id)?;
    let algorithm = algorithm(&found.key, &input.mac_algorithm, "GenerateMac")?;
    check_dry_run(input.dry_run)?;
    let mac = found.key.material().mac(algorithm, &input.message.0);
    Ok(GenerateMacOutput {
        mac: Some(Blob(mac.into())),
        mac_algorithm: Some(input.mac_algorithm),
        key_id: Some(found.key.arn.clone()),
    })
}

pub(super) async fn verify_mac(call: Call<Kms>, input: VerifyMacInput) -> Result<VerifyMacOutput, KmsError> {
    let found = Found::of::<VerifyMac>(&call, &input.key_id)?;
    let algorithm = algorithm(&found.key, &input.mac_algorithm, "VerifyMac")?;
    check_dry_run(input.dry_run)?;
    if !found.key.material().is_mac(algorithm, &input.message.0, &input.mac.0) {
        return Err(KmsError::KMSInvalidMacException {});
    }
    Ok(VerifyMacOutput {
        key_id: Some(found.key.arn.clone()),
        mac_valid: Some(true),
        mac_algorithm: Some(input.mac_algorithm),
    })
}

fn algorithm(key: &Key, name: &str, operation: &str) -> Result<MacAlgorithm, KmsError> {
    key.check_usable(Usage::GenerateVerifyMac, operation)?;
    let own = key.spec.mac_algorithm().filter(|(own, _)| *own == name);
    own.map(|(_, algorithm)| algorithm).ok_or_else(|| key.incompatible(name))
}
