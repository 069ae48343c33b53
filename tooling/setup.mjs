// Makes a checkout ready, on any Node >= 18.19 and with nothing but npm: the pinned Node and pnpm, the dependencies and,
// when asked for, the system packages. What is in place is left alone. Then runs a command with the pinned Node.
//
//   node tooling/setup.mjs [--packages=quickstart|test] [-- command arguments…]
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ensureSystemPackages } from './setup/system-packages.mjs'
import { installDependencies, installToolchain, toolchainEnvironment } from './setup/toolchain.mjs'
import { SetupError } from './setup/setup-error.mjs'

/**
 * @param {string[]} args
 * @returns {{ purpose: 'quickstart' | 'test' | undefined, command: string[] }}
 */
function parse(args) {
  const separator = args.indexOf('--')
  const options = separator < 0 ? args : args.slice(0, separator)
  const command = separator < 0 ? [] : args.slice(separator + 1)
  /** @type {'quickstart' | 'test' | undefined} */
  let purpose
  for (const option of options) {
    if (option === '--packages=quickstart') purpose = 'quickstart'
    else if (option === '--packages=test') purpose = 'test'
    else throw new SetupError(`unknown option ${option}; known: --packages=quickstart, --packages=test`)
  }
  return { purpose, command }
}

/**
 * Runs a command as if it had been started instead of this script: same streams, same signals, same exit code.
 * @param {string[]} command
 */
function run([file = '', ...args]) {
  const child = spawn(file, args, { stdio: 'inherit', env: toolchainEnvironment() })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`setup: cannot start ${file}: ${error.message}`)
    process.exitCode = 127
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
  })
}

try {
  const { purpose, command } = parse(process.argv.slice(2))
  installToolchain()
  installDependencies()
  if (purpose) ensureSystemPackages(purpose)
  if (command.length > 0) run(command)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`setup: ${error.message}`)
  process.exitCode = 1
}
