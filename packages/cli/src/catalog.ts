import type { CommandModule } from './command.ts'

/** One line of the table of commands. */
export interface CatalogEntry {
  /** Spellings, the usual one first. */
  readonly names: readonly string[]
  readonly summary: string
  /** Heading in the main help; absent for what is not shown there. */
  readonly group?: string
  readonly load: () => Promise<{ readonly command: CommandModule }>
}

/** First words that take a second one, with what they are about. */
export const nouns: Readonly<Record<string, string>> = {
  container: 'Work with containers',
  image: 'Work with images',
  'image trust': 'Say which images are trusted, by their signatures',
  manifest: 'Work with lists of images for several platforms',
  artifact: 'Work with artifacts: files at a registry, with a type',
  volume: 'Work with volumes',
  network: 'Work with networks',
  secret: 'Work with secrets',
  system: 'Ask about this engine and its host'
}

const containers = 'Containers'
const inside = 'Inside a container'
const images = 'Images'
const host = 'This host'

/** Every command. A module is loaded when its command is invoked, and no other. */
export const catalog: readonly CatalogEntry[] = [
  {
    names: ['run', 'container run'],
    group: containers,
    summary: 'Create a container and run it',
    load: () => import('./commands/container/run.ts')
  },
  {
    names: ['create', 'container create'],
    group: containers,
    summary: 'Create a container without starting it',
    load: () => import('./commands/container/create.ts')
  },
  {
    names: ['start', 'container start'],
    group: containers,
    summary: 'Start containers',
    load: () => import('./commands/container/start.ts')
  },
  {
    names: ['stop', 'container stop'],
    group: containers,
    summary: 'Stop containers',
    load: () => import('./commands/container/stop.ts')
  },
  {
    names: ['restart', 'container restart'],
    group: containers,
    summary: 'Stop containers and start them again',
    load: () => import('./commands/container/restart.ts')
  },
  {
    names: ['kill', 'container kill'],
    group: containers,
    summary: 'Send a signal to containers',
    load: () => import('./commands/container/kill.ts')
  },
  {
    names: ['pause', 'container pause'],
    group: containers,
    summary: 'Freeze all processes of containers',
    load: () => import('./commands/container/pause.ts')
  },
  {
    names: ['unpause', 'container unpause'],
    group: containers,
    summary: 'Let paused containers go on',
    load: () => import('./commands/container/unpause.ts')
  },
  {
    names: ['rm', 'container rm', 'container remove'],
    group: containers,
    summary: 'Remove containers',
    load: () => import('./commands/container/rm.ts')
  },
  {
    names: ['ps', 'container ls', 'container list', 'container ps'],
    group: containers,
    summary: 'List containers',
    load: () => import('./commands/container/ps.ts')
  },
  {
    names: ['wait', 'container wait'],
    group: containers,
    summary: 'Wait for containers and print their exit codes',
    load: () => import('./commands/container/wait.ts')
  },
  {
    names: ['rename', 'container rename'],
    group: containers,
    summary: 'Give a container another name',
    load: () => import('./commands/container/rename.ts')
  },
  {
    names: ['update', 'container update'],
    group: containers,
    summary: 'Change the limits and settings of a container',
    load: () => import('./commands/container/update.ts')
  },
  {
    names: ['commit', 'container commit'],
    group: containers,
    summary: 'Make an image of a container',
    load: () => import('./commands/container/commit.ts')
  },
  {
    names: ['export', 'container export'],
    group: containers,
    summary: 'Write the file system of a container as a tar archive',
    load: () => import('./commands/container/export.ts')
  },
  {
    names: ['container diff'],
    summary: 'Print what a container changed in its file system',
    load: () => import('./commands/container/diff.ts')
  },
  {
    names: ['container prune'],
    summary: 'Remove every container that is not running',
    load: () => import('./commands/container/prune.ts')
  },
  {
    names: ['container exists'],
    summary: 'Exit with 0 if a container exists, with 1 if not',
    load: () => import('./commands/container/exists.ts')
  },
  {
    names: ['container inspect'],
    summary: 'Print everything known about containers',
    load: () => import('./commands/container/inspect.ts')
  },
  {
    names: ['container cleanup'],
    summary: 'Finish what an exited container left',
    load: () => import('./commands/container/cleanup.ts')
  },
  {
    names: ['exec', 'container exec'],
    group: inside,
    summary: 'Run a command in a running container',
    load: () => import('./commands/container/exec.ts')
  },
  {
    names: ['attach', 'container attach'],
    group: inside,
    summary: 'Connect to the streams of a running container',
    load: () => import('./commands/container/attach.ts')
  },
  {
    names: ['logs', 'container logs'],
    group: inside,
    summary: 'Print what containers wrote',
    load: () => import('./commands/container/logs.ts')
  },
  {
    names: ['cp', 'container cp'],
    group: inside,
    summary: 'Copy files into and out of containers',
    load: () => import('./commands/container/cp.ts')
  },
  {
    names: ['top', 'container top'],
    group: inside,
    summary: 'List the processes of a container',
    load: () => import('./commands/container/top.ts')
  },
  {
    names: ['stats', 'container stats'],
    group: inside,
    summary: 'Print what containers use of processor, memory, network and disks',
    load: () => import('./commands/container/stats.ts')
  },
  {
    names: ['port', 'container port'],
    group: inside,
    summary: 'Print the published ports of containers',
    load: () => import('./commands/container/port.ts')
  },
  {
    names: ['images', 'image ls', 'image list'],
    group: images,
    summary: 'List images',
    load: () => import('./commands/image/images.ts')
  },
  {
    names: ['pull', 'image pull'],
    group: images,
    summary: 'Fetch images from a registry',
    load: () => import('./commands/image/pull.ts')
  },
  {
    names: ['push', 'image push'],
    group: images,
    summary: 'Send an image to a registry',
    load: () => import('./commands/image/push.ts')
  },
  {
    names: ['search', 'image search'],
    group: images,
    summary: 'Look for images in registries',
    load: () => import('./commands/registry/search.ts')
  },
  {
    names: ['login'],
    group: images,
    summary: 'Log in to a registry',
    load: () => import('./commands/registry/login.ts')
  },
  {
    names: ['logout'],
    group: images,
    summary: 'Forget the credentials for a registry',
    load: () => import('./commands/registry/logout.ts')
  },
  {
    names: ['tag', 'image tag'],
    group: images,
    summary: 'Give an image further names',
    load: () => import('./commands/image/tag.ts')
  },
  {
    names: ['untag', 'image untag'],
    group: images,
    summary: 'Take names from an image',
    load: () => import('./commands/image/untag.ts')
  },
  {
    names: ['rmi', 'image rm', 'image remove'],
    group: images,
    summary: 'Remove images',
    load: () => import('./commands/image/rmi.ts')
  },
  {
    names: ['save', 'image save'],
    group: images,
    summary: 'Write images as an archive or directory',
    load: () => import('./commands/image/save.ts')
  },
  {
    names: ['load', 'image load'],
    group: images,
    summary: 'Bring the images of an archive or directory here',
    load: () => import('./commands/image/load.ts')
  },
  {
    names: ['import', 'image import'],
    group: images,
    summary: 'Make an image from a root filesystem archive',
    load: () => import('./commands/image/import.ts')
  },
  {
    names: ['history', 'image history'],
    group: images,
    summary: 'Print the steps that an image was made by',
    load: () => import('./commands/image/history.ts')
  },
  {
    names: ['image diff'],
    summary: 'Print what the topmost layer of an image changed',
    load: () => import('./commands/image/diff.ts')
  },
  {
    names: ['image inspect'],
    summary: 'Print everything known about images',
    load: () => import('./commands/image/inspect.ts')
  },
  {
    names: ['image copy'],
    summary: 'Copy an image from one place to another',
    load: () => import('./commands/image/copy.ts')
  },
  {
    names: ['image sync'],
    summary: 'Copy every image of a repository, a directory or a list',
    load: () => import('./commands/image/sync.ts')
  },
  {
    names: ['image manifest-digest'],
    summary: 'Print the digest of a manifest in a file',
    load: () => import('./commands/image/manifest-digest.ts')
  },
  {
    names: ['image scp'],
    summary: 'Copy an image between this host and another over ssh',
    load: () => import('./commands/image/scp.ts')
  },
  {
    names: ['image exists'],
    summary: 'Exit with 0 if an image is here, with 1 if not',
    load: () => import('./commands/image/exists.ts')
  },
  {
    names: ['image list-tags'],
    summary: 'List the tags of a repository',
    load: () => import('./commands/image/list-tags.ts')
  },
  {
    names: ['image delete'],
    summary: 'Delete an image at a registry',
    load: () => import('./commands/image/delete.ts')
  },
  {
    names: ['image trust show'],
    summary: 'Print which images are trusted',
    load: () => import('./commands/image/trust-show.ts')
  },
  {
    names: ['image trust set'],
    summary: 'Change which images are trusted',
    load: () => import('./commands/image/trust-set.ts')
  },
  {
    names: ['image sign'],
    summary: 'Sign images of registries with GnuPG',
    load: () => import('./commands/image/sign.ts')
  },
  {
    names: ['image standalone-sign'],
    summary: 'Sign the manifest in a file',
    load: () => import('./commands/image/standalone-sign.ts')
  },
  {
    names: ['image standalone-verify'],
    summary: 'Verify the signature of the manifest in a file',
    load: () => import('./commands/image/standalone-verify.ts')
  },
  {
    names: ['image untrusted-signature-dump-without-verification'],
    summary: 'Print what a signature says, unverified',
    load: () => import('./commands/image/untrusted-signature-dump.ts')
  },
  {
    names: ['image generate-sigstore-key'],
    summary: 'Make a key pair for sigstore signatures',
    load: () => import('./commands/image/generate-sigstore-key.ts')
  },
  {
    names: ['image prune'],
    summary: 'Remove images that nothing uses',
    load: () => import('./commands/image/prune.ts')
  },
  {
    names: ['image mount'],
    summary: 'Make the content of images readable, and print where',
    load: () => import('./commands/image/mount.ts')
  },
  {
    names: ['image unmount', 'image umount'],
    summary: 'Undo image mount',
    load: () => import('./commands/image/unmount.ts')
  },
  {
    names: ['image tree'],
    summary: 'Print the layers of an image',
    load: () => import('./commands/image/tree.ts')
  },
  {
    names: ['manifest create'],
    summary: 'Make a list of images for several platforms',
    load: () => import('./commands/manifest/create.ts')
  },
  {
    names: ['manifest add'],
    summary: 'Add an image, or files as an artifact, to a list',
    load: () => import('./commands/manifest/add.ts')
  },
  {
    names: ['manifest annotate'],
    summary: 'Change what a list says about an image, or about itself',
    load: () => import('./commands/manifest/annotate.ts')
  },
  {
    names: ['manifest inspect'],
    summary: 'Print a list, or the manifest of an image',
    load: () => import('./commands/manifest/inspect.ts')
  },
  {
    names: ['manifest push'],
    summary: 'Send a list and its images to a registry',
    load: () => import('./commands/manifest/push.ts')
  },
  {
    names: ['manifest remove'],
    summary: 'Take an image from a list',
    load: () => import('./commands/manifest/remove.ts')
  },
  {
    names: ['manifest rm'],
    summary: 'Remove lists',
    load: () => import('./commands/manifest/rm.ts')
  },
  {
    names: ['manifest exists'],
    summary: 'Exit with 0 if a list exists, with 1 if not',
    load: () => import('./commands/manifest/exists.ts')
  },
  {
    names: ['artifact add'],
    summary: 'Make an artifact of files',
    load: () => import('./commands/artifact/add.ts')
  },
  {
    names: ['artifact pull'],
    summary: 'Fetch an artifact from a registry',
    load: () => import('./commands/artifact/pull.ts')
  },
  {
    names: ['artifact push'],
    summary: 'Send an artifact to a registry',
    load: () => import('./commands/artifact/push.ts')
  },
  {
    names: ['artifact ls', 'artifact list'],
    summary: 'List artifacts',
    load: () => import('./commands/artifact/ls.ts')
  },
  {
    names: ['artifact inspect'],
    summary: 'Print everything known about an artifact',
    load: () => import('./commands/artifact/inspect.ts')
  },
  {
    names: ['artifact extract'],
    summary: 'Write the files of an artifact to a directory or file',
    load: () => import('./commands/artifact/extract.ts')
  },
  {
    names: ['artifact rm', 'artifact remove'],
    summary: 'Remove artifacts',
    load: () => import('./commands/artifact/rm.ts')
  },
  {
    names: ['artifact referrers'],
    summary: 'List what refers to an image at its registry',
    load: () => import('./commands/artifact/referrers.ts')
  },
  { names: ['volume create'], summary: 'Create a volume', load: () => import('./commands/volume/create.ts') },
  { names: ['volume ls', 'volume list'], summary: 'List volumes', load: () => import('./commands/volume/ls.ts') },
  {
    names: ['volume inspect'],
    summary: 'Print everything known about volumes',
    load: () => import('./commands/volume/inspect.ts')
  },
  { names: ['volume rm', 'volume remove'], summary: 'Remove volumes', load: () => import('./commands/volume/rm.ts') },
  {
    names: ['volume prune'],
    summary: 'Remove volumes that nothing uses',
    load: () => import('./commands/volume/prune.ts')
  },
  {
    names: ['volume exists'],
    summary: 'Exit with 0 if a volume exists, with 1 if not',
    load: () => import('./commands/volume/exists.ts')
  },
  { names: ['network create'], summary: 'Create a network', load: () => import('./commands/network/create.ts') },
  { names: ['network ls', 'network list'], summary: 'List networks', load: () => import('./commands/network/ls.ts') },
  {
    names: ['network inspect'],
    summary: 'Print everything known about networks',
    load: () => import('./commands/network/inspect.ts')
  },
  {
    names: ['network rm', 'network remove'],
    summary: 'Remove networks',
    load: () => import('./commands/network/rm.ts')
  },
  {
    names: ['network prune'],
    summary: 'Remove networks that nothing uses',
    load: () => import('./commands/network/prune.ts')
  },
  {
    names: ['network exists'],
    summary: 'Exit with 0 if a network exists, with 1 if not',
    load: () => import('./commands/network/exists.ts')
  },
  {
    names: ['secret create'],
    summary: 'Keep a secret for containers',
    load: () => import('./commands/secret/create.ts')
  },
  { names: ['secret ls', 'secret list'], summary: 'List secrets', load: () => import('./commands/secret/ls.ts') },
  {
    names: ['secret inspect'],
    summary: 'Print everything known about secrets, but not themselves',
    load: () => import('./commands/secret/inspect.ts')
  },
  { names: ['secret rm', 'secret remove'], summary: 'Remove secrets', load: () => import('./commands/secret/rm.ts') },
  {
    names: ['secret exists'],
    summary: 'Exit with 0 if a secret exists, with 1 if not',
    load: () => import('./commands/secret/exists.ts')
  },
  {
    names: ['inspect'],
    group: host,
    summary: 'Print everything known about containers, images, volumes or networks',
    load: () => import('./commands/system/inspect.ts')
  },
  {
    names: ['diff'],
    group: host,
    summary: 'Print what is different in the file system of a container or image',
    load: () => import('./commands/system/diff.ts')
  },
  {
    names: ['doctor', 'system doctor'],
    group: host,
    summary: 'Check what this host can do, and say how to mend it',
    load: () => import('./commands/system/doctor.ts')
  },
  {
    names: ['info', 'system info'],
    group: host,
    summary: 'Print facts about this engine and its host',
    load: () => import('./commands/system/info.ts')
  },
  {
    names: ['events', 'system events'],
    group: host,
    summary: 'Print what happens to containers, images, volumes and networks',
    load: () => import('./commands/system/events.ts')
  },
  {
    names: ['system prune'],
    summary: 'Remove everything that is not used',
    load: () => import('./commands/system/prune.ts')
  },
  {
    names: ['system reset'],
    summary: 'Remove everything of this engine',
    load: () => import('./commands/system/reset.ts')
  },
  {
    names: ['system check'],
    summary: 'Find what is damaged in the store, and mend it',
    load: () => import('./commands/system/check.ts')
  },
  {
    names: ['system df'],
    summary: 'Print what images, containers and volumes take on disk',
    load: () => import('./commands/system/df.ts')
  },
  { names: ['version'], group: host, summary: 'Print versions', load: () => import('./commands/system/version.ts') }
]

/** The command that `words` begin with, and the spelling that was used. More words win over fewer. */
export function findCommand(
  words: readonly string[]
): { readonly entry: CatalogEntry; readonly name: string } | undefined {
  for (const name of [3, 2, 1].map((count) => words.slice(0, count).join(' '))) {
    const entry = catalog.find((candidate) => candidate.names.includes(name))
    if (entry !== undefined) return { entry, name }
  }
  return undefined
}
