import { guaranteeEn, type GuaranteeMessages } from "./en";

export const guaranteeUk: GuaranteeMessages = { ...guaranteeEn };
