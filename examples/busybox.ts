import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/** The smallest root file system that does something, as a tar: the host's static busybox (Debian: busybox-static). */
export const busyboxTar = (): Readable =>
  spawn('tar', ['--create', '--directory=/', 'bin/busybox'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout
