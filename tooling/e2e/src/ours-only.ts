import { test } from 'vitest'
import { isPodman } from './subject.ts'

/** A test of something that Podman does otherwise or not at all. */
export const oursOnly = isPodman ? test.todo : test

/** Exit code of a start that fails for another reason than the command: Podman's is the one of a command that cannot be executed. */
export const startFailure = isPodman ? 126 : 125
