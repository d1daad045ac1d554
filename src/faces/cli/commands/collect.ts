import type { Command } from 'commander'
import type { Runner } from '../define.ts'
import { defineCollectRegister } from './collect-register.ts'
import { defineCollectNational } from './collect-national.ts'
import { defineCollectPassword } from './collect-password.ts'
import { defineCollectReceive } from './collect-receive.ts'
import { defineCollectRules } from './collect-rules.ts'
import { defineCollectServe } from './collect-serve.ts'
import { defineCollectStatus } from './collect-status.ts'
import { defineCollectWork } from './collect-work.ts'

/** The collector’s commands. Each acts as a national account (`--as`), or as the operator of this machine. */
export function defineCollect(collect: Command, run: Runner): void {
  defineCollectReceive(collect, run)
  defineCollectStatus(collect, run)
  defineCollectWork(collect, run)
  defineCollectNational(collect, run)
  defineCollectRegister(collect, run)
  defineCollectPassword(collect, run)
  defineCollectServe(collect, run)
  defineCollectRules(collect, run)
}
