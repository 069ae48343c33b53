import type { OperationProgress, ProgressOptions, ResolvedImage } from '@runcible/interface'
import { formatPlatform, hostPlatform, matchPlatform, type Platform } from '@runcible/oci-spec'

/** Tells that an image is for another platform than what was asked for, or than this host. */
export function tellOtherPlatform(
  { platform }: Pick<ResolvedImage, 'platform'>,
  wanted: Platform = hostPlatform(),
  { onProgress }: ProgressOptions<OperationProgress> = {}
): void {
  if (platform.architecture === '' || matchPlatform(wanted, [{ platform }]) !== undefined) return
  const text = `WARNING: image platform (${formatPlatform(platform)}) does not match the expected platform (${formatPlatform(wanted)})`
  onProgress?.({ type: 'message', text })
}
