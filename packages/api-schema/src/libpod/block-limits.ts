import type { ContainerConfig } from '@runcible/interface'
import type { ThrottleDevice } from '@runcible/oci-spec'

/** Limits of block devices, by the paths that they were given for. */
export function blockLimits({
  resources,
  blockDevices = {}
}: Pick<ContainerConfig, 'resources' | 'blockDevices'>): object {
  const { blockIO } = resources
  const named = ({ major, minor }: { readonly major: number; readonly minor: number }) =>
    blockDevices[`${major}:${minor}`] ?? `${major}:${minor}`
  const rates = (devices: readonly ThrottleDevice[] | undefined) =>
    devices?.map((device) => ({ Path: named(device), Rate: device.rate })) ?? null
  return {
    BlkioWeight: blockIO?.weight ?? 0,
    BlkioWeightDevice: blockIO?.weightDevice?.map((device) => ({ Path: named(device), Weight: device.weight })) ?? null,
    BlkioDeviceReadBps: rates(blockIO?.throttleReadBpsDevice),
    BlkioDeviceWriteBps: rates(blockIO?.throttleWriteBpsDevice),
    BlkioDeviceReadIOps: rates(blockIO?.throttleReadIOPSDevice),
    BlkioDeviceWriteIOps: rates(blockIO?.throttleWriteIOPSDevice)
  }
}
