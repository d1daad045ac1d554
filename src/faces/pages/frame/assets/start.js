// Everything works without this file; it adds what the GOV.UK Frontend scripts add: a folding menu, a shown password.
import { initAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
