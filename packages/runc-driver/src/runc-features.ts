import { jsonLimits, parseJson, parseRuntimeFeatures, type RuntimeFeatures } from '@runcible/oci-spec'
import type { RuntimeCli } from './runc-cli.ts'

/** What a runtime that cannot say is taken to have: nothing that is optional. */
const silent = (): RuntimeFeatures => parseRuntimeFeatures({})

const versionOf = (text: string): string => /\bversion[: ]+(\S+)/.exec(text)?.[1] ?? 'unknown'

/** Asks the runtime what it can do. `features` is younger than some runtimes in use (runc 1.1, crun 1.9). */
export const readFeatures = async (
  cli: RuntimeCli
): Promise<RuntimeFeatures & { readonly version: string; readonly path: string }> => {
  const [version, features] = await Promise.all([cli.query(['--version']), cli.query(['features'])])
  const parsed = features.code === 0 ? parseRuntimeFeatures(parseJson(features.stdout, jsonLimits.config)) : silent()
  return { ...parsed, version: versionOf(version.stdout), path: cli.path() }
}
