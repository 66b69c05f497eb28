import { guaranteeEn, type GuaranteeMessages } from "./en";

export const guaranteeAr: GuaranteeMessages = { ...guaranteeEn };
