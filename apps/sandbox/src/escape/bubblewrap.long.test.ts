import { describeAttacks } from "./describe-attacks.ts"

await describeAttacks("bubblewrap", "long")
