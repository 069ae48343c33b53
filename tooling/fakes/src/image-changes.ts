import { EngineError } from '@runcible/interface'
import type { ImageRunConfig } from '@runcible/oci-spec'

type Change = (config: ImageRunConfig, value: string) => ImageRunConfig

const changes: Readonly<Record<string, Change>> = {
  CMD: (config, value) => ({ ...config, Cmd: JSON.parse(value) as string[] }),
  ENV: (config, value) => ({ ...config, Env: [...(config.Env ?? []), value] }),
  LABEL: (config, value) => ({
    ...config,
    Labels: { ...config.Labels, [value.split('=')[0] ?? '']: value.slice(value.indexOf('=') + 1) }
  }),
  WORKDIR: (config, value) => ({ ...config, WorkingDir: value }),
  EXPOSE: (config, value) => ({ ...config, ExposedPorts: { ...config.ExposedPorts, [`${value}/tcp`]: {} } })
}

/** The config that a few instructions make. */
export function fakeChanges(lines: readonly string[], base: ImageRunConfig = {}): ImageRunConfig {
  return lines.reduce<ImageRunConfig>((config, line) => {
    const space = line.indexOf(' ')
    const apply = changes[line.slice(0, space)]
    if (apply === undefined)
      throw new EngineError('invalid-argument', `cannot apply the change ${JSON.stringify(line)}`)
    return apply(config, line.slice(space + 1))
  }, base)
}
