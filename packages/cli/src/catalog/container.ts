import type { CatalogEntry } from './entry.ts'
import { containers, inside } from './groups.ts'

export const containerCommands: readonly CatalogEntry[] = [
  {
    names: ['run', 'container run'],
    group: containers,
    summary: 'Create a container and run it',
    load: () => import('../commands/container/run.ts')
  },
  {
    names: ['create', 'container create'],
    group: containers,
    summary: 'Create a container without starting it',
    load: () => import('../commands/container/create.ts')
  },
  {
    names: ['start', 'container start'],
    group: containers,
    summary: 'Start containers',
    load: () => import('../commands/container/start.ts')
  },
  {
    names: ['stop', 'container stop'],
    group: containers,
    summary: 'Stop containers',
    load: () => import('../commands/container/stop.ts')
  },
  {
    names: ['restart', 'container restart'],
    group: containers,
    summary: 'Stop containers and start them again',
    load: () => import('../commands/container/restart.ts')
  },
  {
    names: ['kill', 'container kill'],
    group: containers,
    summary: 'Send a signal to containers',
    load: () => import('../commands/container/kill.ts')
  },
  {
    names: ['pause', 'container pause'],
    group: containers,
    summary: 'Freeze all processes of containers',
    load: () => import('../commands/container/pause.ts')
  },
  {
    names: ['unpause', 'container unpause'],
    group: containers,
    summary: 'Let paused containers go on',
    load: () => import('../commands/container/unpause.ts')
  },
  {
    names: ['rm', 'container rm', 'container remove'],
    group: containers,
    summary: 'Remove containers',
    load: () => import('../commands/container/rm.ts')
  },
  {
    names: ['ps', 'container ls', 'container list', 'container ps'],
    group: containers,
    summary: 'List containers',
    load: () => import('../commands/container/ps.ts')
  },
  {
    names: ['wait', 'container wait'],
    group: containers,
    summary: 'Wait for containers and print their exit codes',
    load: () => import('../commands/container/wait.ts')
  },
  {
    names: ['rename', 'container rename'],
    group: containers,
    summary: 'Give a container another name',
    load: () => import('../commands/container/rename.ts')
  },
  {
    names: ['update', 'container update'],
    group: containers,
    summary: 'Change the limits and settings of a container',
    load: () => import('../commands/container/update.ts')
  },
  {
    names: ['commit', 'container commit'],
    group: containers,
    summary: 'Make an image of a container',
    load: () => import('../commands/container/commit.ts')
  },
  {
    names: ['export', 'container export'],
    group: containers,
    summary: 'Write the file system of a container as a tar archive',
    load: () => import('../commands/container/export.ts')
  },
  {
    names: ['container diff'],
    summary: 'Print what a container changed in its file system',
    load: () => import('../commands/container/diff.ts')
  },
  {
    names: ['container prune'],
    summary: 'Remove every container that is not running',
    load: () => import('../commands/container/prune.ts')
  },
  {
    names: ['container exists'],
    summary: 'Exit with 0 if a container exists, with 1 if not',
    load: () => import('../commands/container/exists.ts')
  },
  {
    names: ['container inspect'],
    summary: 'Print everything known about containers',
    load: () => import('../commands/container/inspect.ts')
  },
  {
    names: ['container cleanup'],
    summary: 'Finish what an exited container left',
    load: () => import('../commands/container/cleanup.ts')
  },
  {
    names: ['exec', 'container exec'],
    group: inside,
    summary: 'Run a command in a running container',
    load: () => import('../commands/container/exec.ts')
  },
  {
    names: ['attach', 'container attach'],
    group: inside,
    summary: 'Connect to the streams of a running container',
    load: () => import('../commands/container/attach.ts')
  },
  {
    names: ['logs', 'container logs'],
    group: inside,
    summary: 'Print what containers wrote',
    load: () => import('../commands/container/logs.ts')
  },
  {
    names: ['cp', 'container cp'],
    group: inside,
    summary: 'Copy files into and out of containers',
    load: () => import('../commands/container/cp.ts')
  },
  {
    names: ['top', 'container top'],
    group: inside,
    summary: 'List the processes of a container',
    load: () => import('../commands/container/top.ts')
  },
  {
    names: ['stats', 'container stats'],
    group: inside,
    summary: 'Print what containers use of processor, memory, network and disks',
    load: () => import('../commands/container/stats.ts')
  },
  {
    names: ['port', 'container port'],
    group: inside,
    summary: 'Print the published ports of containers',
    load: () => import('../commands/container/port.ts')
  }
]
