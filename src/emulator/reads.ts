/** Whether an operation only reads, by its name: AWS names them so throughout. */
export const isRead = (operation: string): boolean =>
  /^(Describe|Get|List|Head|BatchGet|Search|Simulate|Filter|Validate|Decode|Decrypt|Encrypt|GenerateDataKey)/.test(
    operation,
  );
