/** The `oci-layout` file. OCI image specification, "Image Layout". */
export interface ImageLayout {
  readonly imageLayoutVersion: string
}
