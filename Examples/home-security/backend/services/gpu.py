"""Sampling the GPU through NVIDIA's library. A machine without one is a normal case."""

import asyncio
import sys

from backend.core.database import Database
from backend.core.logs import LOGGER
from backend.models import GPUStats

if sys.platform == "linux":
    import pynvml
else:
    pynvml = None

MEBIBYTE = 1024 * 1024


def has_gpu() -> bool:
    """Whether the driver is there and reports at least one card."""
    if pynvml is None:
        return False
    try:
        pynvml.nvmlInit()
        return pynvml.nvmlDeviceGetCount() > 0
    except pynvml.NVMLError:
        return False


def sample() -> GPUStats:
    """The state of the first card; raises pynvml.NVMLError when it cannot be read."""
    pynvml.nvmlInit()
    card = pynvml.nvmlDeviceGetHandleByIndex(0)
    memory = pynvml.nvmlDeviceGetMemoryInfo(card)
    return GPUStats(
        gpu_name=pynvml.nvmlDeviceGetName(card),
        utilization=float(pynvml.nvmlDeviceGetUtilizationRates(card).gpu),
        memory_used_mb=memory.used // MEBIBYTE,
        memory_total_mb=memory.total // MEBIBYTE,
        temperature_c=pynvml.nvmlDeviceGetTemperature(card, pynvml.NVML_TEMPERATURE_GPU),
        power_watts=pynvml.nvmlDeviceGetPowerUsage(card) / 1000,
    )


async def sample_forever(database: Database, period_seconds: float) -> None:
    """Store a sample every period, until cancelled; returns at once where there is no GPU."""
    if not await asyncio.to_thread(has_gpu):
        LOGGER.info("no GPU found, not sampling")
        return
    while True:
        try:
            stats = await asyncio.to_thread(sample)
            async with database.sessions.begin() as session:
                session.add(stats)
        except pynvml.NVMLError as error:
            LOGGER.warning("the GPU could not be read: %s", error)
        await asyncio.sleep(period_seconds)
