import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './setup-error.mjs'

const lists = '/var/lib/apt/lists'
const policy = '/usr/sbin/policy-rc.d'
const day = 86_400_000
const minutes = 60_000
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' }

/**
 * Installs packages without starting or enabling the services they bring.
 * @param {string[]} names
 * @param {string[]} services
 */
export function installWithApt(names, services) {
  if (listsAreOld() || names.some((name) => !isKnown(name))) apt('update')
  const unknown = names.filter((name) => !isKnown(name))
  if (unknown.length > 0) {
    throw new SetupError(
      `apt knows no package ${unknown.join(', ')}; enable the main (Ubuntu: also universe) component and try again`
    )
  }
  withoutServiceStart(() => apt('install', '--no-install-recommends', ...names))
  keepFromBoot(services)
}

/** @param {string[]} args */
function apt(...args) {
  try {
    const options = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0']
    execFileSync('apt-get', [...options, ...args], { stdio: 'inherit', env, timeout: 20 * minutes })
  } catch {
    throw new SetupError(`apt-get ${args.join(' ')} failed, see above; mend it and run the same command again`)
  }
}

/** Whether apt has a package of this name to offer. */
function isKnown(/** @type {string} */ name) {
  const output = execFileSync('apt-cache', ['policy', name], { encoding: 'utf8', env, timeout: minutes })
  return /Candidate: (?!\(none\))/.test(output)
}

function listsAreOld() {
  if (!existsSync(lists)) return true
  const times = readdirSync(lists)
    .filter((name) => /_(In)?Release$/.test(name))
    .map((name) => statSync(join(lists, name)).mtimeMs)
  return times.length === 0 || Date.now() - Math.max(...times) > 30 * day
}

/**
 * Debian starts a service when its package is installed unless policy-rc.d forbids it. An existing policy is the
 * machine's own and stays.
 * @param {() => void} install
 */
function withoutServiceStart(install) {
  if (existsSync(policy)) return install()
  const remove = () => rmSync(policy, { force: true })
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  process.once('exit', remove)
  try {
    install()
  } finally {
    remove()
    process.removeListener('exit', remove)
  }
}

/** Packages enable their service for the next boot as well. @param {string[]} services */
function keepFromBoot(services) {
  if (services.length === 0 || !existsSync('/usr/bin/systemctl')) return
  try {
    execFileSync('systemctl', ['disable', '--quiet', ...services], { stdio: 'pipe', timeout: minutes })
  } catch {
    console.log(
      `setup: could not disable ${services.join(', ')}; to keep them from starting at boot: systemctl disable ${services.join(' ')}`
    )
  }
}
