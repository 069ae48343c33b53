const firstDescriptor = 3

/**
 * The descriptors that systemd (or whoever speaks its protocol, sd_listen_fds(3)) handed to this very process; none when
 * there are none. Removes the variables from `env`, so that no child takes them for its own.
 */
export function activatedDescriptors(env: NodeJS.ProcessEnv, pid: number): readonly number[] {
  const { LISTEN_PID, LISTEN_FDS } = env
  delete env['LISTEN_PID']
  delete env['LISTEN_FDS']
  delete env['LISTEN_FDNAMES']
  if (LISTEN_PID !== String(pid) || LISTEN_FDS === undefined || !/^\d{1,3}$/.test(LISTEN_FDS)) return []
  return Array.from({ length: Number(LISTEN_FDS) }, (_, at) => firstDescriptor + at)
}
