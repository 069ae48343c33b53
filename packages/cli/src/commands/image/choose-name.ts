import type { Engine, Registries } from '@runcible/interface'
import type { Stdio } from '../../stdio.ts'
import { askLine } from '../../terminal/ask.ts'

export interface ChosenName {
  readonly name: string
  /** Call it when the image came. */
  readonly keep: () => void
}

/** Asks on a terminal which of several registries a short name means. Elsewhere the name stays what it is. */
export async function chooseName(stdio: Stdio, registries: Registries, name: string): Promise<ChosenName> {
  const asIs = { name, keep: () => undefined }
  // The output first: asking for the input loads what reads it.
  if (stdio.stdout.isTTY !== true || stdio.stdin.isTTY !== true) return asIs
  const choices = registries.choices(name)
  if (choices.length < 2) return asIs
  const lines = choices.map((choice, index) => `  ${index + 1}) ${choice}\n`)
  stdio.stdout.write(`Please select an image for ${name}:\n${lines.join('')}`)
  for (;;) {
    const answer = await askLine(stdio, 'Number (1): ')
    const chosen = choices[answer === '' ? 0 : Number(answer) - 1]
    if (chosen !== undefined) return { name: chosen, keep: () => registries.remember(name, chosen) }
  }
}

/** As `chooseName`, for a name that need not be asked about when such an image is here. */
export async function chooseImage(
  stdio: Stdio,
  engine: Pick<Engine, 'images' | 'registries'>,
  name: string
): Promise<ChosenName> {
  if (await engine.images.exists(name)) return { name, keep: () => undefined }
  return await chooseName(stdio, engine.registries, name)
}
