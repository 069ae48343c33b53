import type { Digest } from '@runcible/oci-spec'

/** The steps of a run, named as in docs/flow-of-a-run.md. */
export type StepName =
  | 'image'
  | 'config'
  | 'snapshot'
  | 'record'
  | 'lock'
  | 'volumes'
  | 'namespace'
  | 'network'
  | 'spec'
  | 'task-create'
  | 'task-start'
  | 'attach'
  | 'wait'
  | 'task-delete'
  | 'network-teardown'
  | 'remove'

/** A finished step. Steps overlap: the sum of the durations can exceed the whole. */
export interface StepProgress {
  readonly type: 'step'
  readonly step: StepName
  /** Milliseconds, monotonic, since the operation began. */
  readonly startedAt: number
  /** Milliseconds that the step took. */
  readonly duration: number
}

export type BlobPhase =
  | 'waiting'
  | 'downloading'
  | 'verified'
  | 'unpacking'
  | 'done'
  | 'exists'
  | 'uploading'
  | 'mounted'

/** How far one blob of a pull or push is. */
export interface BlobProgress {
  readonly type: 'blob'
  readonly digest: Digest
  readonly kind: 'layer' | 'config' | 'manifest'
  readonly phase: BlobPhase
  /** Bytes transferred so far, out of `total`. */
  readonly current: number
  readonly total: number
}

/** One line for a person: what the engine is about to do or retries. */
export interface MessageProgress {
  readonly type: 'message'
  readonly text: string
}

export type PullProgress = BlobProgress | MessageProgress | StepProgress
export type PushProgress = BlobProgress | MessageProgress
export type OperationProgress = PullProgress
