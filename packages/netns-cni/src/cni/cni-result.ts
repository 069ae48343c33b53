import { EngineError } from '@runcible/interface'

/** What the plugins made, in the terms of every version of the specification. */
export interface CniResult {
  readonly interfaces: readonly { readonly name: string; readonly mac: string; readonly sandbox: string }[]
  /** CIDR addresses of the container with their gateways. */
  readonly addresses: readonly { readonly address: string; readonly gateway: string | undefined }[]
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const objectsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

/** `ips` of 0.3.0 and later; `ip4` and `ip6` of 0.1.0 and 0.2.0. */
const addressesOf = (result: Json): CniResult['addresses'] => {
  const old = [result['ip4'], result['ip6']]
    .filter(isObject)
    .map((entry) => ({ address: entry['ip'], gateway: entry['gateway'] }))
  return [...objectsOf(result['ips']), ...old].flatMap(({ address, gateway }) => {
    const text = textOf(address)
    return text === undefined ? [] : [{ address: text, gateway: textOf(gateway) }]
  })
}

/** Reads a result of any version from 0.1.0 to 1.1.0. @throws EngineError `corrupt` */
export const parseResult = (value: unknown): CniResult => {
  if (!isObject(value)) throw new EngineError('corrupt', 'a CNI plugin gave a result that is not an object')
  return {
    interfaces: objectsOf(value['interfaces']).map((entry) => ({
      name: textOf(entry['name']) ?? '',
      mac: textOf(entry['mac']) ?? '',
      sandbox: textOf(entry['sandbox']) ?? ''
    })),
    addresses: addressesOf(value)
  }
}
