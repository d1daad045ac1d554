export type TagColour = 'green' | 'red' | 'orange' | 'yellow' | 'grey' | 'blue' | 'purple' | 'teal'

/** A GOV.UK tag: its words say everything, the colour only helps. */
export interface TagView {
  readonly text: string
  readonly colour: TagColour
}
