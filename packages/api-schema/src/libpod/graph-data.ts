import type { Mount } from '@runcible/interface'
import { sortedRecord } from '../record.ts'

const names: Readonly<Record<string, string>> = { lowerdir: 'LowerDir', upperdir: 'UpperDir', workdir: 'WorkDir' }

/** The directories of an overlay mount, by the names that Podman and Docker give them. */
export function graphData(rootfs: readonly Mount[]): Readonly<Record<string, string>> {
  const options = rootfs.find((mount) => mount.type === 'overlay')?.options ?? []
  return sortedRecord(
    options.flatMap((option) => {
      const [key = '', ...value] = option.split('=')
      return Object.hasOwn(names, key) ? [[names[key]!, value.join('=')] as const] : []
    })
  )
}

/** The same of an image, which has no upper directory: its topmost layer is shown as that. */
export function layerDirectories(rootfs: readonly Mount[]): Readonly<Record<string, string>> {
  const [mount] = rootfs
  if (mount?.type === 'bind') return sortedRecord([['UpperDir', mount.source]])
  const { LowerDir, ...rest } = graphData(rootfs)
  if (LowerDir === undefined || rest['UpperDir'] !== undefined) return graphData(rootfs)
  const [top = '', ...below] = LowerDir.split(/(?<!\\):/)
  return sortedRecord({ LowerDir: below.join(':'), UpperDir: top })
}
