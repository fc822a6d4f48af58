// Answers self-contained cases with the public simulator: JSON Lines in, JSON Lines out, in order.
//
// A line is a case of `lakeward decide`, form (a); its answer is {"id", "verdict", "ignored"} (`ignored`: keys of the
// context that the simulator set aside), or {"id", "error"} where the simulator refuses the case.
//
// usage: node driver.mjs FOLDER, the folder in which npm installed the simulator

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const require = createRequire(join(process.argv[2], 'package.json'))
const { anonymousPrincipal, runSimulation } = require('@cloud-copilot/iam-simulate')

const VERDICTS = {
  Allowed: 'ALLOW',
  ExplicitlyDenied: 'EXPLICIT_DENY',
  ImplicitlyDenied: 'IMPLICIT_DENY'
}
const BLOCK = 1 << 16

const named = (policies, kind) => policies?.map((policy, index) => ({ name: `${kind}[${index}]`, policy }))

const levels = (given, kind) =>
  (given ?? []).map(({ orgIdentifier, policies }) => ({
    orgIdentifier,
    policies: named(policies, `${kind} ${orgIdentifier}`)
  }))

const given = (policy) => (policy && Object.keys(policy).length > 0 ? policy : undefined)

function simulationOf(request) {
  const { s3 } = request.settings ?? {}
  return {
    request: {
      principal: request.principal === 'anonymous' ? anonymousPrincipal : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resourceAccount },
      contextVariables: request.context ?? {}
    },
    identityPolicies: named(request.identityPolicies ?? [], 'identityPolicies'),
    resourcePolicy: given(request.resourcePolicy),
    sessionPolicy: given(request.sessionPolicy),
    permissionBoundaryPolicies: named(request.permissionBoundaries, 'permissionBoundaries'),
    vpcEndpointPolicies: named(request.endpointPolicies, 'endpointPolicies'),
    serviceControlPolicies: levels(request.serviceControlPolicies, 'serviceControlPolicies'),
    resourceControlPolicies: levels(request.resourceControlPolicies, 'resourceControlPolicies'),
    additionalSettings: {
      s3: {
        bucketAbacEnabled: s3?.bucketAbacEnabled,
        blockPublicAccess: s3?.blockPublicAccess?.RestrictPublicBuckets
      }
    }
  }
}

async function answer(line) {
  const request = JSON.parse(line)
  const { id } = request
  try {
    const outcome = await runSimulation(simulationOf(request), {})
    if (outcome.resultType === 'error') return { id, error: JSON.stringify(outcome.errors) }
    if (outcome.resultType !== 'single') return { id, error: `not one resource: ${request.resource}` }
    return { id, verdict: VERDICTS[outcome.overallResult], ignored: outcome.result.ignoredContextKeys }
  } catch (error) {
    return { id, error: `the simulator fails: ${error.message}` }
  }
}

let waiting = ''
const flush = () =>
  new Promise((resolve) => {
    process.stdout.write(waiting, resolve)
    waiting = ''
  })

// An empty line ends a batch: what waits is written, for nobody sends more before having read it.
for await (const line of createInterface({ input: process.stdin })) {
  if (line === '') {
    await flush()
    continue
  }
  waiting += `${JSON.stringify(await answer(line))}\n`
  if (waiting.length > BLOCK) await flush()
}
await flush()
