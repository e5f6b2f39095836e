// Writes the types of what the API takes and answers. Its routes stay out: nobody here names them, and they are most of it.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const { components, ...document } = JSON.parse(readFileSync('openapi.json', 'utf8'))
const types = await openapiTS({ ...document, paths: {}, components: { schemas: components.schemas } })
writeFileSync('src/api/schema.d.ts', `// Made by \`make types\` from openapi.json; never edited.\n\n${astToString(types)}`)
