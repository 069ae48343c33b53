import { BaseSequencer, type TestSpecification } from 'vitest/node'

const isLast = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/zz-nothing-left.test.ts')

/** The usual order, except that the look for leftovers comes after everything else. */
export class LastLookSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [...sorted.filter((file) => !isLast(file)), ...sorted.filter(isLast)]
  }
}
