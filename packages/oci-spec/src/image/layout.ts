import { at, member, readObject, readString } from '../read.ts'
import { SpecError } from '../spec-error.ts'

/** The `oci-layout` file. OCI image specification, "Image Layout". */
export interface ImageLayout {
  readonly imageLayoutVersion: string
}

/**
 * The `oci-layout` file from unknown JSON.
 *
 * @throws SpecError when the version is missing or is not 1.x.
 */
export function parseImageLayout(value: unknown, path = ''): ImageLayout {
  const key = 'imageLayoutVersion'
  const version = readString(member(readObject(value, path), key), at(path, key))
  if (!/^1\.\d{1,9}\.\d{1,9}$/.test(version)) {
    throw new SpecError(
      `expected version 1.x.y of the image layout, got ${JSON.stringify(version.slice(0, 40))}`,
      at(path, key)
    )
  }
  return { imageLayoutVersion: version }
}
