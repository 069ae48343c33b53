import { describeNetworkDriver } from '@runcible/suites'
import { fakeNetworkDriver } from '../src/network-driver.ts'

describeNetworkDriver('fake', async () => ({ driver: fakeNetworkDriver(), [Symbol.asyncDispose]: async () => {} }), {
  packets: false
})
