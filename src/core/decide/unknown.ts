/** Something needed to decide is missing or malformed. `decide` turns it, like any other exception, into a refusal. */
export class Unknown extends Error {
  override readonly name = 'Unknown'
}
