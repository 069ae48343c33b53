/**
 * A mount as plain data: what mount(2) needs. Any snapshotter's or volume's mount goes to any runtime.
 * Mounts of one root file system are applied in order.
 */
export interface Mount {
  /** File system type as mount(2) knows it, or `bind`. */
  readonly type: string
  /** Device, directory, or a name such as `overlay`. */
  readonly source: string
  /** Path inside the container, absolute; absent for a mount that is the root itself. */
  readonly target?: string
  /** Options in fstab form: flags (`ro`, `nosuid`, `rbind`, `rslave` …) and data (`lowerdir=…`). */
  readonly options: readonly string[]
}
