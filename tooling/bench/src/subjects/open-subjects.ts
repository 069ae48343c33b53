import { join } from 'node:path'
import { isInstalled, versionOf } from './find.ts'
import { openDocker } from './docker.ts'
import { openPodman } from './podman.ts'
import { openRuncible } from './runcible.ts'
import type { Subject } from './subject.ts'

export interface Subjects {
  /** Ours first. */
  readonly subjects: readonly Subject[]
  /** Peers that are not here, and why. */
  readonly missing: readonly string[]
}

/** Opens ours and every installed peer, each with an empty store below the directory. */
export async function openSubjects(
  request: { readonly program: string; readonly directory: string; readonly peers: readonly string[] },
  undo: AsyncDisposableStack
): Promise<Subjects> {
  const { program, directory, peers } = request
  const ours = await versionOf(program, '--version')
  if (ours === undefined) throw new Error(`${program} does not run; make it with \`npm run bundle\``)
  const subjects: Subject[] = [undo.use(await openRuncible(program, ours, join(directory, 'runcible')))]
  const missing: string[] = []
  for (const [name, peer] of Object.entries(known)) {
    if (!peers.includes(name)) continue
    const lacking = peer.needs.filter((needed) => !isInstalled(needed))
    if (lacking.length > 0) missing.push(`${name} (not installed: ${lacking.join(', ')})`)
    else
      subjects.push(undo.use(await peer.open((await versionOf(name, '--version')) ?? 'unknown', join(directory, name))))
  }
  return { subjects, missing }
}

type Open = (version: string, directory: string) => Promise<Subject & AsyncDisposable>

const known: Readonly<Record<string, { readonly needs: readonly string[]; readonly open: Open }>> = {
  podman: { needs: ['podman', 'runc', 'conmon'], open: openPodman },
  docker: {
    needs: ['docker', 'dockerd', 'containerd', 'runc'],
    open: async (version, directory) =>
      openDocker(`${version} with dockerd ${await versionOf('dockerd', '--version')}`, directory)
  }
}

export const peerNames: readonly string[] = Object.keys(known)
