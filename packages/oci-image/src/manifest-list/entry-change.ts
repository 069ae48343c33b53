import type { ManifestListEntry } from '@runcible/interface'
import type { EntryChange } from '@runcible/oci-spec'

/** What a user says about an entry, in the index's words. */
export function entryChange(entry: ManifestListEntry = {}): EntryChange {
  const { os, architecture, variant, osVersion, osFeatures, features, annotations } = entry
  return {
    platform: {
      ...(os === undefined ? {} : { os }),
      ...(architecture === undefined ? {} : { architecture }),
      ...(variant === undefined ? {} : { variant }),
      ...(osVersion === undefined ? {} : { 'os.version': osVersion }),
      ...(osFeatures === undefined ? {} : { 'os.features': osFeatures }),
      ...(features === undefined ? {} : { features })
    },
    ...(annotations === undefined ? {} : { annotations })
  }
}
