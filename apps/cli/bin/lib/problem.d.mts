/** What stands in the way of a command, as one line of JSON for a program. */
export declare const asJson: (error: Error) => string
