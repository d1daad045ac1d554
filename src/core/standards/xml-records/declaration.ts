const whole =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"(?<a>[A-Za-z][A-Za-z0-9._-]*)"|'(?<b>[A-Za-z][A-Za-z0-9._-]*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/

/** What is wrong with an XML declaration; null: nothing (XML 1.0, production 23). Every version is read as 1.0. */
export function declarationFault(
  declaration: string,
): { readonly message: string; readonly todo: string } | null {
  const match = whole.exec(declaration)
  if (!match)
    return {
      message: 'The XML declaration is not written as it must be.',
      todo: 'Begin the file with <?xml version="1.0" encoding="UTF-8"?>.',
    }
  const encoding = match.groups?.['a'] ?? match.groups?.['b']
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding))
    return { message: 'The file says that it is not in UTF-8.', todo: 'Export it as UTF-8.' }
  return null
}
