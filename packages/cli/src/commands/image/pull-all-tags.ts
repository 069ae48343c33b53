import type { Registries, TransferRequest } from '@runcible/interface'
import { UsageError } from '../../usage-error.ts'

/** Every tag of the repositories, each as a name to pull. */
export async function withAllTags(
  registries: Registries,
  names: readonly string[],
  { platform: _, signaturePolicy: __, ...request }: TransferRequest,
  options: { readonly signal: AbortSignal }
): Promise<readonly string[]> {
  const all: string[] = []
  for (const name of names) {
    const repository = name.replace(/^docker:\/\//, '')
    if (/:[^/]*$/.test(repository) || repository.includes('@'))
      throw new UsageError(`${name} has a tag or digest, which --all-tags excludes`)
    const { repository: full = repository, tags } = await registries.tags(repository, request, options)
    all.push(...tags.map((tag) => `${full}:${tag}`))
  }
  return all
}
