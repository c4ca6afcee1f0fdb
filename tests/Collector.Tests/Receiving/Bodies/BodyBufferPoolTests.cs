using Observability.Collector.Receiving.Bodies;

namespace Observability.Collector.Tests.Receiving.Bodies;

public sealed class BodyBufferPoolTests
{
    [Fact]
    public void A_returned_array_is_used_again_and_more_than_the_limit_is_not_given_out()
    {
        var pool = new BodyBufferPool(maximumBytesInUse: 256 << 10, maximumBytesKept: 64 << 10);
        var first = pool.TryRent(1);
        var second = pool.TryRent(100_000);
        Assert.Equal((64 << 10, 128 << 10), (first?.Length, second?.Length));
        Assert.NotNull(pool.TryRent(64 << 10));
        Assert.Null(pool.TryRent(1));
        pool.Return(second!);
        pool.Return(first!);
        Assert.Same(first, pool.TryRent(5));
        Assert.NotSame(second, pool.TryRent(100_000));
    }

    [Fact]
    public void A_growing_body_keeps_its_bytes_and_gives_everything_back()
    {
        var pool = new BodyBufferPool();
        using (var body = BodyBuffer.TryRent(pool, 10))
        {
            for (var i = 0; i < 300_000; i++)
            {
                Assert.True(body!.TryEnsureFree(1));
                body.Free[0] = (byte)i;
                body.Advance(1);
            }
            Assert.Equal(Enumerable.Range(0, 300_000).Select(i => (byte)i), body!.Written.ToArray());
        }
        Assert.Equal(0, pool.BytesInUse);
    }
}
