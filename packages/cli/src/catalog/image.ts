import type { CatalogEntry } from './entry.ts'
import { images } from './groups.ts'

export const imageCommands: readonly CatalogEntry[] = [
  {
    names: ['images', 'image ls', 'image list'],
    group: images,
    summary: 'List images',
    load: () => import('../commands/image/images.ts')
  },
  {
    names: ['pull', 'image pull'],
    group: images,
    summary: 'Fetch images from a registry',
    load: () => import('../commands/image/pull.ts')
  },
  {
    names: ['push', 'image push'],
    group: images,
    summary: 'Send an image to a registry',
    load: () => import('../commands/image/push.ts')
  },
  {
    names: ['tag', 'image tag'],
    group: images,
    summary: 'Give an image further names',
    load: () => import('../commands/image/tag.ts')
  },
  {
    names: ['untag', 'image untag'],
    group: images,
    summary: 'Take names from an image',
    load: () => import('../commands/image/untag.ts')
  },
  {
    names: ['rmi', 'image rm', 'image remove'],
    group: images,
    summary: 'Remove images',
    load: () => import('../commands/image/rmi.ts')
  },
  {
    names: ['save', 'image save'],
    group: images,
    summary: 'Write images as an archive or directory',
    load: () => import('../commands/image/save.ts')
  },
  {
    names: ['load', 'image load'],
    group: images,
    summary: 'Bring the images of an archive or directory here',
    load: () => import('../commands/image/load.ts')
  },
  {
    names: ['import', 'image import'],
    group: images,
    summary: 'Make an image from a root filesystem archive',
    load: () => import('../commands/image/import.ts')
  },
  {
    names: ['history', 'image history'],
    group: images,
    summary: 'Print the steps that an image was made by',
    load: () => import('../commands/image/history.ts')
  },
  {
    names: ['image diff'],
    summary: 'Print what the topmost layer of an image changed',
    load: () => import('../commands/image/diff.ts')
  },
  {
    names: ['image inspect'],
    summary: 'Print everything known about images',
    load: () => import('../commands/image/inspect.ts')
  },
  {
    names: ['image copy'],
    summary: 'Copy an image from one place to another',
    load: () => import('../commands/image/copy.ts')
  },
  {
    names: ['image sync'],
    summary: 'Copy every image of a repository, a directory or a list',
    load: () => import('../commands/image/sync.ts')
  },
  {
    names: ['image manifest-digest'],
    summary: 'Print the digest of a manifest in a file',
    load: () => import('../commands/image/manifest-digest.ts')
  },
  {
    names: ['image scp'],
    summary: 'Copy an image between this host and another over ssh',
    load: () => import('../commands/image/scp.ts')
  },
  {
    names: ['image exists'],
    summary: 'Exit with 0 if an image is here, with 1 if not',
    load: () => import('../commands/image/exists.ts')
  },
  {
    names: ['image list-tags'],
    summary: 'List the tags of a repository',
    load: () => import('../commands/image/list-tags.ts')
  },
  {
    names: ['image delete'],
    summary: 'Delete an image at a registry',
    load: () => import('../commands/image/delete.ts')
  },
  {
    names: ['image trust show'],
    summary: 'Print which images are trusted',
    load: () => import('../commands/image/trust-show.ts')
  },
  {
    names: ['image trust set'],
    summary: 'Change which images are trusted',
    load: () => import('../commands/image/trust-set.ts')
  },
  {
    names: ['image sign'],
    summary: 'Sign images of registries with GnuPG',
    load: () => import('../commands/image/sign.ts')
  },
  {
    names: ['image standalone-sign'],
    summary: 'Sign the manifest in a file',
    load: () => import('../commands/image/standalone-sign.ts')
  },
  {
    names: ['image standalone-verify'],
    summary: 'Verify the signature of the manifest in a file',
    load: () => import('../commands/image/standalone-verify.ts')
  },
  {
    names: ['image untrusted-signature-dump-without-verification'],
    summary: 'Print what a signature says, unverified',
    load: () => import('../commands/image/untrusted-signature-dump.ts')
  },
  {
    names: ['image generate-sigstore-key'],
    summary: 'Make a key pair for sigstore signatures',
    load: () => import('../commands/image/generate-sigstore-key.ts')
  },
  {
    names: ['image prune'],
    summary: 'Remove images that nothing uses',
    load: () => import('../commands/image/prune.ts')
  },
  {
    names: ['image mount'],
    summary: 'Make the content of images readable, and print where',
    load: () => import('../commands/image/mount.ts')
  },
  {
    names: ['image unmount', 'image umount'],
    summary: 'Undo image mount',
    load: () => import('../commands/image/unmount.ts')
  },
  {
    names: ['image tree'],
    summary: 'Print the layers of an image',
    load: () => import('../commands/image/tree.ts')
  }
]
