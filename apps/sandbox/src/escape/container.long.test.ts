import { describeAttacks } from "./describe-attacks.ts"

await describeAttacks("container", "long")
