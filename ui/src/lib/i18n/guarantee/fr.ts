import { guaranteeEn, type GuaranteeMessages } from "./en";

export const guaranteeFr: GuaranteeMessages = { ...guaranteeEn };
