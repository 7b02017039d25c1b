//! `ListKeyRotations`: the materials of a key, which took each other's place.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{ListKeyRotations, ListKeyRotationsInput, ListKeyRotationsOutput, RotationsListEntry},
    error::KmsError,
    found::Found,
    key::Key,
    limits::DEFAULT_PAGE,
    material::Material,
    paging::page,
};

pub(super) async fn list_key_rotations(
    call: Call<Kms>,
    input: ListKeyRotationsInput,
) -> Result<ListKeyRotationsOutput, KmsError> {
    let found = Found::of_key::<ListKeyRotations>(&call, &input.key_id)?;
    let with_first = input.include_key_material.as_deref() == Some("ALL_KEY_MATERIAL");
    let materials = found.key.materials().iter().enumerate();
    let wanted = materials.filter(|(_, material)| with_first || material.rotation.is_some());
    // In the order of time.
    let all = wanted.map(|(index, material)| (format!("{index:08}"), entry(&found.key, material)));
    let page = page(all, input.marker.as_deref(), input.limit, DEFAULT_PAGE)?;
    let truncated = Some(page.is_truncated());
    Ok(ListKeyRotationsOutput { rotations: Some(page.entries), next_marker: page.next_marker, truncated })
}

fn entry(key: &Key, material: &Material) -> RotationsListEntry {
    let is_current = material.id == key.material().id;
    let kind = |is_on_demand| if is_on_demand { "ON_DEMAND" } else { "AUTOMATIC" };
    RotationsListEntry {
        key_id: Some(key.id.clone()),
        key_material_id: Some(material.id.clone()),
        key_material_state: Some(if is_current { "CURRENT" } else { "NON_CURRENT" }.to_owned()),
        rotation_date: material.rotation.map(|rotated| rotated.at),
        rotation_type: material.rotation.map(|rotated| kind(rotated.is_on_demand).to_owned()),
        ..RotationsListEntry::default()
    }
}
