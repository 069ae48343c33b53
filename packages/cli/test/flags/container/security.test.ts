import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('security flags', () => {
  it('become rights', () => {
    expect(
      specOf(
        '--privileged',
        '--cap-add',
        'net_admin,SYS_TIME',
        '--cap-drop',
        'all',
        '--read-only',
        '--security-opt',
        'no-new-privileges',
        '--security-opt',
        'seccomp=/p.json',
        '--security-opt',
        'apparmor:unconfined',
        '--security-opt',
        'mask=/a:/b',
        '--security-opt',
        'unmask=ALL'
      )
    ).toEqual({
      security: {
        privileged: true,
        capAdd: ['net_admin', 'SYS_TIME'],
        capDrop: ['all'],
        readOnlyRootfs: true,
        noNewPrivileges: true,
        seccomp: '/p.json',
        apparmor: 'unconfined',
        mask: ['/a', '/b'],
        unmask: ['ALL']
      }
    })
    expect(specOf('--security-opt', 'no-new-privileges:true', '--security-opt', 'no-new-privileges=false')).toEqual({
      security: { noNewPrivileges: false }
    })
    expect(specOf()).toEqual({})
  })

  it('refuse other options', () => {
    for (const option of ['foo', 'label=disable', 'seccomp', 'seccomp=', 'no-new-privileges=maybe']) {
      expect(() => specOf('--security-opt', option)).toThrow(`invalid --security-opt "${option}"`)
    }
    expect(() => specOf('--security-opt', 'mask=x')).toThrow('paths must be absolute')
  })
})
