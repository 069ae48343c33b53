import type { Flag } from '../../flags/flag.ts'

/** `--change` of `commit` and `import`. */
export const changeFlag: Flag = {
  name: 'change',
  short: 'c',
  kind: 'list',
  value: 'instruction',
  help: 'Set CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME or WORKDIR'
}
