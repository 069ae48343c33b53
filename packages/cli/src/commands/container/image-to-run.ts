import type { Engine } from '@runcible/interface'
import type { Stdio } from '../../stdio.ts'
import type { ChosenName } from '../image/choose-name.ts'

/** The name of the image, asked for on a terminal when a short one may mean several that are not here. */
export async function imageToRun(
  stdio: Stdio,
  engine: Pick<Engine, 'images' | 'registries'>,
  name: string
): Promise<ChosenName> {
  // Without a terminal nothing is loaded and nothing looked up. The output first: asking for the input loads what reads it.
  if (stdio.stdout.isTTY !== true || stdio.stdin.isTTY !== true) return { name, keep: () => undefined }
  const { chooseImage } = await import('../image/choose-name.ts')
  return await chooseImage(stdio, engine, name)
}
